import { Counter, Gauge, Registry } from 'prom-client';
import { agentsOf } from '../../agents.ts';
import type { GatewayState } from '../../state.ts';
import type { Handler } from '../route.ts';

/** `GET /metrics`, in the text format of Prometheus. Nothing is measured for it: it tells what the gateway knows anyway. */
export const showMetrics: Handler = async (exchange) => {
  const registry = registryOf(exchange.state);
  exchange.send(200, registry.contentType, await registry.metrics());
};

function registryOf(state: GatewayState): Registry {
  const { options, hub, turns, channels, sessions, config, answered, startedAt } = state;
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) => new Gauge({ name, help, labelNames, registers });
  gauge('polygate_gateway_info', 'The gateway: always 1', ['version', 'profile']).set(
    { version: options.version, profile: options.profile },
    1,
  );
  gauge('polygate_gateway_start_time_seconds', 'When it was started, or restarted in place, in seconds since 1970').set(
    startedAt / 1_000,
  );
  gauge('polygate_gateway_clients', 'Clients that have said hello').set(hub.size);
  gauge('polygate_gateway_turns', 'Turns of agents that go on').set(turns.underWay().length);
  const conversations = gauge('polygate_gateway_sessions', 'Conversations of an agent', ['agent']);
  for (const { id } of agentsOf(config.running).agents) conversations.set({ agent: id }, sessions.summaryOf(id).count);
  const linked = gauge('polygate_gateway_channel_linked', 'The channel is linked (1) or not (0)', ['channel']);
  const connected = gauge('polygate_gateway_channel_connected', 'The channel is connected (1) or not (0)', ['channel']);
  for (const { id, state: channel } of channels.all()) {
    linked.set({ channel: id }, Number(channel.linked));
    connected.set({ channel: id }, Number(channel.connected));
  }
  const requests = new Counter({
    name: 'polygate_gateway_http_requests_total',
    help: 'HTTP requests that were answered, by the route that they came on',
    labelNames: ['path', 'status'],
    registers,
  });
  for (const [kind, count] of answered) {
    const [path = '', status = ''] = kind.split(' ');
    requests.inc({ path, status }, count);
  }
  gauge('process_resident_memory_bytes', 'Memory that is resident').set(process.memoryUsage.rss());
  const { user, system } = process.cpuUsage();
  new Counter({ name: 'process_cpu_seconds_total', help: 'Time on a processor', registers }).inc((user + system) / 1e6);
  return registry;
}
