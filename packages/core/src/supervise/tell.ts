import type { Child } from './child.ts';
import type { Effect, Event } from './events.ts';
import type { Death } from './report.ts';

/** An event of the supervisor without its place and time. */
export interface Told {
  event: string;
  message: string;
}

/** What one step of the machine means to people: none, one or two lines. */
export function tell(before: Child, event: Event, after: Child, effects: readonly Effect[]): Told[] {
  const told: Told[] = [];
  const say = (word: string, message: string) => told.push({ event: word, message });
  const died = after.pid === null && before.pid !== null ? after.deaths.at(-1) : undefined;
  if (died) telling(died, after, say);
  const moved = after.state !== before.state;
  if (before.pid === null && after.pid !== null) {
    say(after.adopted ? 'adopted' : 'started', `${after.adopted ? 'adopted' : 'started'}, pid ${after.pid}`);
  }
  if (after.wrong !== before.wrong && after.wrong !== null) say('wrong-instance', `another gateway answers: ${after.wrong}`);
  else if (before.state === 'ready' && after.state === 'running') say('unready', `is not ready: ${after.reason}`);
  if (effects.some((effect) => effect.do === 'signal' && effect.signal === 'SIGKILL')) {
    say('killed', 'did not end in time: killed');
  }
  if (!moved) return told;
  switch (after.state) {
    case 'ready':
      say('ready', 'is ready');
      break;
    case 'restarting':
      if (event.type === 'restart-in-place')
        say('restarting', `is told to restart with the process that it has (${event.signal})`);
      break;
    case 'stopping':
      if (before.state === 'restarting' && event.type === 'timer')
        say('restarting', 'did not restart in place: is asked to end, to start again');
      else if (after.ending === 'stop') say('stopping', 'is asked to stop');
      else say('restarting', after.ending === 'restart' ? 'is asked to end, to start again' : `restarting it (${after.ending})`);
      break;
    case 'parked':
      say('parked', `is parked: ${after.reason}`);
      break;
    case 'blocked':
      say('blocked', `${after.reason}`);
      break;
    case 'waiting':
      if (!died) say('waiting', `${after.reason}`);
      break;
    case 'ended':
      if (!died) say('ended', `${after.reason}`);
      break;
    case 'down':
      if (!died && event.type === 'stop') say('stopped', 'is stopped');
  }
  return told;
}

function telling(death: Death, after: Child, say: (word: string, message: string) => void): void {
  if (after.state === 'down') {
    say('stopped', death.by === 'stop' ? 'is stopped' : `${how(death)} and is stopped`);
    return;
  }
  const next = after.state === 'spawning' ? '; starting it again' : after.state === 'waiting' ? `; ${after.reason}` : '';
  say('died', `${how(death)}${next}`);
}

/** `ended with code 1`, `was ended by SIGKILL`. */
function how({ code, signal }: Death): string {
  if (signal !== null) return `was ended by ${signal}`;
  return code === null ? 'ended' : `ended with code ${code}`;
}
