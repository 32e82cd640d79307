// What the other packages may use. What a light command does not need is behind a subpath (package.json, exports):
// ./config, ./json5, ./product-pack and ./records are loaded when there is a file to read, to edit or to check, ./found when the disk is
// searched, ./service when one is made or its manager asked, ./status when it is judged, ./ports when ports are planned or judged, ./listeners when somebody asks who listens, ./supervise by what keeps
// gateways running.

export * from './config/bounds.ts';
export type { ConfigCheck } from './config/check.ts';
export type { Edit } from './config/edit.ts';
export * from './config/parse.ts';
export * from './config/pick.ts';
export * from './config/starter.ts';
export * from './errors/catalogue.ts';
export * from './errors/exit-codes.ts';
export * from './errors/problem.ts';
export * from './errors/redact.ts';
export * from './errors/render.ts';
export type * from './formats/env-file.ts';
export type * from './formats/systemd-unit.ts';
export type { AdoptionRecord } from './gen/adoption-record.gen.ts';
export type { GatewayConfig } from './gen/gateway-config.gen.ts';
export type { InstanceSettings } from './gen/instance-settings.gen.ts';

export type { Ledger } from './gen/ledger.gen.ts';
export type * from './gen/output.gen.ts';
export type { ProductPack } from './gen/product-pack.gen.ts';
export { builtInPacks } from './gen/products.gen.ts';
export type { SupervisorSettings } from './gen/supervisor-settings.gen.ts';
export * from './instance/access.ts';
export * from './instance/document.ts';
export * from './instance/identity.ts';
export * from './instance/instance.ts';
export * from './instance/origin.ts';
export * from './instance/owners.ts';
export * from './paths.ts';
export * from './ports/footprint.ts';
export * from './ports/occupant.ts';
export * from './ports/port.ts';
export * from './ports/resolve.ts';
export * from './product/called-as.ts';
export * from './product/catalogue.ts';
export * from './product/environment.ts';
export type { Generation } from './product/generation.ts';
export * from './product/pack.ts';
export type { RestartSignal, RestartSignalSpan } from './product/restart-signal.ts';
export * from './profile/name.ts';
export * from './readings/proc-stat.ts';
export type * from './readings/systemctl-show.ts';
export type * from './readings/systemd-errors.ts';
export type * from './readings/systemd-exit.ts';
export type * from './readings/systemd-view.ts';
export * from './schema-issues.ts';
export * from './schema-version.ts';
export type * from './service/adopt.ts';
export type * from './service/definition.ts';
export type * from './service/diff.ts';
export * from './service/names.ts';
export type * from './service/recognise.ts';
export type * from './service/steps.ts';
export type * from './service/systemd.ts';
export type * from './service/systemd-adopt.ts';
export type * from './service/systemd-plan.ts';
export type * from './status/next-step.ts';
export type * from './status/probe.ts';
export type * from './status/verdict.ts';
export * from './text-order.ts';
export * from './validator.ts';
