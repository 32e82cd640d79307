import {
  type AuditIssue,
  type FileState,
  isSystemManager,
  type ManagerView,
  Problem,
  type Program,
  portAt,
  type Step,
  serviceName,
} from '@polygate/core';
import { adoptionOf, diffDefinitions, parseEnvFile, type Recognised, renderEnvFile, runsReference } from '@polygate/core/service';
import { type AdoptIntent, type Inspection, jsonText, type OpenInstance, type Plan, type ServiceManager } from '@polygate/host';
import { adoptionPath } from '@polygate/host/adoptions';
import type { Context } from '../../context.ts';
import { wantedService } from '../service.ts';
import { systemManagerId } from '../service-scope.ts';
import { gatewaysOf } from '../status/extra.ts';

/** What an adoption would do. */
export interface Planned {
  opened: OpenInstance;
  /** The service as it will be called. */
  name: string;
  /** The service that is there. */
  from: string;
  inspection: Inspection;
  view: ManagerView | undefined;
  audit: AuditIssue[];
  port: number;
  secrets: Record<string, string>;
  /** Settings of the definition that are not taken over. */
  lost: string[];
  plan: Plan;
}

/** Reads only: which service is meant, what is wrong with it, and what would be done to take it over. */
export async function planAdoption(context: Context, manager: ServiceManager, named: string | undefined): Promise<Planned> {
  const configured = await context.open({ live: false });
  const { pack, profile } = configured.instance;
  const name = serviceName(pack, profile.value, manager.id);
  const { name: from, inspection, found } = await whichOne(context, manager, configured, named);
  const { definition } = inspection;
  if (!definition) throw new Problem('SERVICE_NOT_INSTALLED', { name: from, scope: manager.options });
  const audit = manager.audit(inspection, portAt(configured.config.parsed, 'gateway.port'));
  const view = await manager.status(from);
  const port = found.port ?? configured.instance.port.value;
  const opened = await context.open({ live: false, port: String(port) });
  const planned = { opened, name, from, inspection, view, audit, port };
  if (from === name && (runsReference(definition) || (await isAdopted(context, manager, opened, definition)))) {
    return { ...planned, secrets: {}, lost: [], plan: { result: 'up-to-date', drift: [], steps: [] } };
  }
  const adoption = adoptionOf(pack, definition, { unit: `${name}.service`, was: `${from}.service` });
  const secrets = { ...(await secretsInFiles(context, manager, inspection)), ...adoption.secrets };
  for (const secret of Object.values(secrets)) context.secrets.add(secret);
  const names = Object.keys(secrets).sort();
  const program = { ...adoption.program, ...(names.length > 0 ? { secrets: names } : {}) };
  const wanted = await wantedOf(context, manager, { ...opened, instance: { ...opened.instance, program } }, secrets);
  const { obstacle, lost } = manager.doubts(inspection, wanted.definition);
  if (obstacle !== undefined) throw new Problem('SERVICE_NOT_ADOPTABLE', { name: from, path: inspection.path, reason: obstacle });
  const files = await keptFiles(context, manager, { opened, name, from, inspection, view }, program, wanted);
  return { ...planned, secrets, lost, plan: await manager.plan(name, { kind: 'adopt', from, wanted, files }) };
}

interface Candidate {
  name: string;
  inspection: Inspection;
  found: Recognised;
}

/** The service of others that runs this very instance. */
async function whichOne(
  context: Context,
  manager: ServiceManager,
  { instance, canonicalStateDir }: OpenInstance,
  named: string | undefined,
): Promise<Candidate> {
  const { pack, profile } = instance;
  const present = serviceName(pack, profile.value, manager.id);
  const all = await gatewaysOf(context, manager);
  const own: Candidate[] = [];
  for (const one of all) {
    const { found } = one;
    const said = found.stateDir === undefined ? undefined : await context.host.files.canonical(found.stateDir);
    const same = said === undefined ? found.profile === profile.value : said === canonicalStateDir;
    if (found.pack?.id === pack.id && same && runsAsOwner(context, manager, one.inspection)) own.push(one);
  }
  const asked = named?.replace(/\.service$/, '');
  const [one, ...others] = asked === undefined ? own : own.filter(({ name }) => name === asked);
  if (!one) {
    const other = all.find(({ name }) => name === (asked ?? present));
    if (!other) {
      const meant = ({ name, found }: Candidate) =>
        asked === undefined ? found.pack?.id === pack.id && found.profile === profile.value : name === asked;
      throw await notHere(context, manager, asked ?? present, meant);
    }
    const { found, inspection } = other;
    const account = runsAsOwner(context, manager, inspection) ? '' : ` of ${inspection.definition?.account ?? 'root'}`;
    const owner = `${found.pack?.id ?? found.marker ?? 'another product'}${account}${found.stateDir ? ` (${found.stateDir})` : ''}`;
    throw new Problem('SERVICE_NAME_TAKEN', { name: other.name, path: inspection.path, owner });
  }
  if (others.length > 0) throw new Problem('SERVICES_SEVERAL', { instance: instance.id, names: own.map(({ name }) => name) });
  const there = one.name === present ? undefined : await manager.inspect(present);
  if (there?.text !== undefined || there?.unreadable)
    throw new Problem('SERVICE_NAME_TAKEN', { name: present, path: there.path, owner: instance.id });
  return one;
}

/** There is none of this account: of the system, or of another account there, there may be one that others installed. */
async function notHere(
  context: Context,
  manager: ServiceManager,
  name: string,
  isMeant: (one: Candidate) => boolean,
): Promise<Problem> {
  const system = (await gatewaysOf(context, await context.manager(systemManagerId(context)))).find(isMeant);
  const definition = system?.inspection.definition;
  if (!system || !definition || runsReference(definition))
    return new Problem('SERVICE_NOT_INSTALLED', { name, scope: manager.options });
  const scope = ` --system --user-name ${definition.account ?? 'root'}`;
  return new Problem('SERVICE_NOT_INSTALLED', { name, adopts: system.name, scope });
}

/** A service of the system is adopted for the account that it runs as: another one's home says nothing of it. */
function runsAsOwner({ host }: Context, { id }: ServiceManager, { definition }: Inspection): boolean {
  const { name, uid } = host.users;
  return !isSystemManager(id) || [name, String(uid)].includes(definition?.account ?? 'root');
}

async function isAdopted(
  context: Context,
  manager: ServiceManager,
  opened: OpenInstance,
  definition: NonNullable<Inspection['definition']>,
): Promise<boolean> {
  if (typeof opened.settings?.program !== 'object') return false;
  const wanted = await wantedService(context, opened, manager);
  return diffDefinitions(definition, wanted.definition).length === 0;
}

/** What the newest generation keeps in a file beside the unit comes along, all of it. */
async function secretsInFiles(
  { host }: Context,
  manager: ServiceManager,
  inspection: Inspection,
): Promise<Record<string, string>> {
  const texts = await Promise.all(
    manager.environmentFilesIn(inspection).map((path) => host.files.read(path).catch(() => undefined)),
  );
  return Object.assign({}, ...texts.map((text) => parseEnvFile(text ?? ''))) as Record<string, string>;
}

/** Secrets are those of the service, and never those of the shell that adopts it. */
async function wantedOf(
  context: Context,
  manager: ServiceManager,
  opened: OpenInstance,
  secrets: Record<string, string>,
): Promise<AdoptIntent['wanted']> {
  const { definition } = await wantedService(context, opened, manager);
  const { pack, profile, stateDir } = opened.instance;
  const path = manager.environmentFile(serviceName(pack, profile.value, manager.id), stateDir.value);
  const some = Object.keys(secrets).length > 0;
  return {
    definition: { ...definition, environmentFile: some ? path : undefined },
    environmentFile: some ? { path, content: renderEnvFile(secrets) } : undefined,
  };
}

/** The record of every file as it is now, and the settings as they will be. */
async function keptFiles(
  context: Context,
  manager: ServiceManager,
  { opened, name, from, inspection, view }: Pick<Planned, 'opened' | 'name' | 'from' | 'inspection' | 'view'>,
  program: Program,
  wanted: AdoptIntent['wanted'],
): Promise<Step[]> {
  const { host } = context;
  const { folders } = await context.world();
  const before = async (path: string): Promise<FileState> => {
    const content = (await host.files.read(path)) ?? null;
    return { path, content, mode: (await host.files.stat(path))?.mode ?? 0o600 };
  };
  const moved = from === name ? [] : inspection.overrides.flatMap((o) => [o.path, manager.overrideAt(o, name)]);
  const unit = from === name ? [] : [(await manager.inspect(name)).path];
  const secret = wanted.environmentFile ? [wanted.environmentFile.path] : [];
  const changed = await Promise.all([inspection.path, ...unit, ...moved, ...secret, opened.settingsFile].map(before));
  const record = {
    version: 1,
    adoptedAt: new Date(host.clock.now()).toISOString(),
    name: from,
    enabled: view?.enabled ?? false,
    active: view?.state === 'running' || view?.state === 'starting',
    files: changed,
  };
  const settings = { ...opened.settings, version: 1, program };
  return [
    {
      do: 'write',
      path: adoptionPath(host, manager.folder ?? folders, manager.id, name),
      mode: 0o600,
      content: jsonText(record),
    },
    { do: 'write', path: opened.settingsFile, mode: 0o600, content: jsonText(settings) },
  ];
}
