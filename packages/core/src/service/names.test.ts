import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { parseProfileName } from '../profile/name.ts';
import { type ManagerId, refuseReservedName, serviceName } from './names.ts';

const names = (product: string, profile: string) =>
  (['systemd-user', 'launchd-agent', 'task-scheduler'] as const).map((manager) =>
    serviceName(findPack(product), parseProfileName(profile), manager),
  );

describe('the name of a service', () => {
  it.each([
    ['zero', 'default', ['zero-gateway', 'com.zero.gateway', 'ZERO Gateway']],
    ['zero', 'rescue', ['zero-gateway-rescue', 'com.zero.rescue', 'ZERO Gateway (rescue)']],
    ['openclaw', 'default', ['openclaw-gateway', 'ai.openclaw.gateway', 'OpenClaw Gateway']],
    ['openclaw', 'Main', ['openclaw-gateway-Main', 'ai.openclaw.Main', 'OpenClaw Gateway (Main)']],
    ['moltbot', 'rescue', ['moltbot-gateway-rescue', 'bot.molt.rescue', 'Moltbot Gateway (rescue)']],
    ['clawdbot', 'rescue', ['clawdbot-gateway-rescue', 'com.clawdbot.rescue', 'Clawdbot Gateway (rescue)']],
    ['ws-agent', 'a-b_9', ['ws-agent-gateway-a-b_9', 'ai.wsagent.a-b_9', 'WsAgent Gateway (a-b_9)']],
  ])('of %s/%s is %j', (product, profile, expected) => expect(names(product, profile)).toEqual(expected));

  it.each([
    ['systemd-system', 'systemd-user'],
    ['builtin', 'systemd-user'],
    ['launchd-daemon', 'launchd-agent'],
    ['winsw', 'task-scheduler'],
  ] as [ManagerId, ManagerId][])('under %s is that of %s', (one, other) => {
    const of = (manager: ManagerId) => serviceName(findPack('zero'), parseProfileName('x'), manager);
    expect(of(one)).toBe(of(other));
  });
});

describe('refuseReservedName', () => {
  const refuse = (profile: string, manager: ManagerId) =>
    refuseReservedName(findPack('zero'), parseProfileName(profile), manager);

  it.each(['gateway', 'node', 'mac', 'Gateway'])('refuses %s where its label is one of the product’s own', (profile) => {
    expect(() => refuse(profile, 'launchd-agent')).toThrow(`its service would be com.zero.${profile}`);
    expect(() => refuse(profile, 'launchd-daemon')).toThrow('reserved');
    expect(() => refuse(profile, 'systemd-user')).not.toThrow();
  });

  it('lets every other name through', () => expect(() => refuse('rescue', 'launchd-agent')).not.toThrow());
});
