import { classifyFailure, openChallenged } from '@polygate/client';
import { gatewayUrl } from '@polygate/core';

const CHALLENGE_MS = 2_000;

/** A gateway of the family speaks first, and needs no secret for it. */
export async function isGateway(port: number): Promise<boolean> {
  try {
    const { socket } = await openChallenged(gatewayUrl('127.0.0.1', port), CHALLENGE_MS);
    socket.close();
    return true;
  } catch (error) {
    // One that is starting says so, which only a gateway does.
    return classifyFailure(error).outcome === 'starting';
  }
}
