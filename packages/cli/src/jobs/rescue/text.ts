import type { RescueDocument, RescueProposal } from '@polygate/core';
import { verdictText } from '../../output/instances.ts';
import { fields } from '../../output/table.ts';

/** What was found and what helps, for people. */
export function rescueText(document: RescueDocument): string {
  const { instance, verdict, reason, lastError, config, service, deaths = [], proposals, done, after } = document;
  const issues = [...config.issues, ...(config.refused ?? [])];
  const state = service
    ? `${service.name}: ${service.installed ? (service.detail ?? service.state) : 'not installed'}${ends(service)}`
    : 'no service manager here';
  return [
    `${instance}: ${verdictText(verdict)}: ${reason}`,
    fields([
      ['Config', `${config.path} (${issues.length === 0 ? 'valid' : 'not fit to run by'})`],
      ['Last good', config.lastGood ? `${config.lastGood.at} (${config.lastGood.hash.slice(0, 12)})` : 'none is kept'],
      ['Service', state],
    ]),
    ...issues.map(({ path, message, line }) => `  ${line ? `line ${line}: ` : ''}${path ? `${path} ` : ''}${message}`),
    ...(config.wentBack ? [`Went back by itself at ${config.wentBack.at}: ${config.wentBack.reason}`] : []),
    ...(lastError ? [`Last error: ${lastError}`] : []),
    ...deaths.slice(-SHOWN_DEATHS).map(deathText),
    ...(proposals.length === 0 ? ['Nothing is to be done.'] : proposals.map((each) => `Proposed: ${inWords(each)}`)),
    ...(done ?? []).map((line) => `Done: ${line}.`),
    ...(after
      ? [`Now: ${verdictText(after.verdict)}: ${after.reason}`, ...after.proposals.map((each) => `Left: ${inWords(each)}`)]
      : []),
  ].join('\n');
}

const inWords = ({ action, why, command }: RescueProposal): string =>
  `${action === 'by-hand' ? 'by hand' : action}, as ${why}${command ? `: ${command}` : ''}`;

const SHOWN_DEATHS = 5;

const deathText = ({ at, code, signal, lastLine, by }: NonNullable<RescueDocument['deaths']>[number]): string =>
  `Ended ${new Date(at).toISOString()} with ${signal ?? code ?? 'an unknown code'}${by ? ` (${by})` : ''}${lastLine ? `: ${lastLine}` : ''}`;

const ends = ({ restarts, lastExitStatus }: NonNullable<RescueDocument['service']>): string =>
  `${restarts ? `, ${restarts} restarts` : ''}${lastExitStatus ? `, last exit ${lastExitStatus}` : ''}`;
