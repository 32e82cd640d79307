/** What a tool is asked. */
export interface ToolRequest {
  args: Record<string, unknown>;
  action: string | undefined;
  /** The conversation that it is about. */
  sessionKey: string;
  /** A key for what is to be done once. */
  newKey(): string;
}

/** The method that does it. */
export interface Call {
  method: string;
  params: Record<string, unknown>;
  /** It goes on by itself: that it has begun is the answer. */
  isLeft?: boolean;
}

/** The tools of the family that this gateway can do by itself: each is a method. undefined: there is no such action. */
export const TOOLS: Readonly<Record<string, (request: ToolRequest) => Call | undefined>> = {
  agents_list: () => ({ method: 'agents.list', params: {} }),
  session_status: ({ sessionKey }) => ({ method: 'sessions.preview', params: { keys: [sessionKey] } }),
  sessions_history: ({ args: { limit }, sessionKey }) => ({
    method: 'chat.history',
    params: { sessionKey, ...(limit === undefined ? {} : { limit }) },
  }),
  sessions_list: ({ args: { action: _, sessionKey: __, ...params } }) => ({ method: 'sessions.list', params }),
  sessions_send: ({ args: { message, timeoutSeconds }, sessionKey, newKey }) => ({
    method: 'agent',
    params: {
      message,
      sessionKey,
      idempotencyKey: newKey(),
      ...(timeoutSeconds === undefined || timeoutSeconds === 0 ? {} : { timeout: timeoutSeconds }),
    },
    isLeft: timeoutSeconds === 0,
  }),
  message: ({ args: { action: _, sessionKey: __, target, to = target, media, ...rest }, action = 'send', newKey }) =>
    action === 'send'
      ? {
          method: 'send',
          params: { idempotencyKey: newKey(), ...rest, to, ...(media === undefined ? {} : { mediaUrl: media }) },
        }
      : undefined,
  nodes: ({ args: { action: _, sessionKey: __, node, nodeId = node, ...rest }, action = 'status', newKey }) => {
    switch (action) {
      case 'status':
        return { method: 'node.list', params: {} };
      case 'describe':
        return { method: 'node.describe', params: { nodeId } };
      case 'invoke':
        return { method: 'node.invoke', params: { idempotencyKey: newKey(), ...rest, nodeId } };
      default:
        return undefined;
    }
  },
  gateway: ({ action }) => (action === 'config.get' || action === 'config.schema' ? { method: action, params: {} } : undefined),
};
