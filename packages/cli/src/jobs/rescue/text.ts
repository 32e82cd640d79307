import type { RescueDocument, RescueProposal } from '@polygate/core';
import { verdictText } from '../../output/instances.ts';
import { fields } from '../../output/table.ts';

/** What was found and what helps, for people. */
export function rescueText(document: RescueDocument): string {
  const { instance, verdict, reason, lastError, config, service, proposals, done, after } = document;
  const issues = [...config.issues, ...(config.refused ?? [])];
  const state = service
    ? `${service.name}: ${service.installed ? (service.detail ?? service.state) : 'not installed'}${deaths(service)}`
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
    ...(proposals.length === 0 ? ['Nothing is to be done.'] : proposals.map((each) => `Proposed: ${inWords(each)}`)),
    ...(done ?? []).map((line) => `Done: ${line}.`),
    ...(after
      ? [`Now: ${verdictText(after.verdict)}: ${after.reason}`, ...after.proposals.map((each) => `Left: ${inWords(each)}`)]
      : []),
  ].join('\n');
}

const inWords = ({ action, why, command }: RescueProposal): string =>
  `${action === 'by-hand' ? 'by hand' : action}, as ${why}${command ? `: ${command}` : ''}`;

const deaths = ({ restarts, lastExitStatus }: NonNullable<RescueDocument['service']>): string =>
  `${restarts ? `, ${restarts} restarts` : ''}${lastExitStatus ? `, last exit ${lastExitStatus}` : ''}`;
