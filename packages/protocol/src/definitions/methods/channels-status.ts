import { anything, flag, list, type MethodDefinition, mapOf, openShape, shape, short, text, wait, whole } from '../shape.ts';

export const channelsLogout: MethodDefinition = {
  name: 'channels.logout',
  summary: 'Ends what links a channel to its account, and forgets it.',
  scope: 'operator.admin',
  params: shape({ channel: short(), 'accountId?': short() }),
  result: openShape({ channel: text(), accountId: text(), cleared: flag('There was something to forget') }),
};

const login = { 'accountId?': short(), 'channel?': short('Where more than one is linked by a code (whatsapp)') };

export const webLoginStart: MethodDefinition = {
  name: 'web.login.start',
  summary: 'Begins to link a channel to a phone: gives the code that is to be scanned, or says that it is linked already.',
  scope: 'operator.admin',
  params: shape({
    ...login,
    'force?': flag('Link it anew though it is linked'),
    'timeoutMs?': wait('For the code to come (30000)'),
    'verbose?': flag(),
  }),
  result: openShape({
    message: text('For people'),
    connected: flag(),
    'qr?': text('What the code says; whoever has it can link the account'),
    'qrDataUrl?': text('The code as a picture'),
  }),
};

export const webLoginWait: MethodDefinition = {
  name: 'web.login.wait',
  summary: 'Waits until the code was scanned. When the code is another one by now, that is given.',
  scope: 'operator.admin',
  params: shape({ ...login, 'timeoutMs?': wait('To wait at most (120000)'), 'qr?': text('The code that is shown now') }),
  result: openShape({ message: text('For people'), connected: flag(), 'qr?': text() }),
};

export const channelsStatus: MethodDefinition = {
  name: 'channels.status',
  summary: 'The channels that messages come and go by.',
  scope: 'operator.read',
  params: shape({ 'probe?': flag('Ask the channels anew'), 'timeoutMs?': wait('For asking them') }),
  result: openShape({
    ts: whole(),
    channelOrder: list(text()),
    channelLabels: mapOf(text()),
    channels: mapOf(anything()),
    channelAccounts: mapOf(anything()),
    channelDefaultAccountId: mapOf(text()),
  }),
};
