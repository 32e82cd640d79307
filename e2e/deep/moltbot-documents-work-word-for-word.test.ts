import { documentsWork } from '../support/documents.ts';

documentsWork({
  product: 'moltbot',
  page: 'moltbot-multiple-gateways.md',
  setup: {
    main: 'moltbot --profile main setup',
    rescue: 'moltbot --profile rescue setup',
  },
  run: {
    main: 'moltbot --profile main gateway --port 18789',
    rescue: 'moltbot --profile rescue gateway --port 19001',
  },
  services: {
    main: 'moltbot --profile main gateway install',
    rescue: 'moltbot --profile rescue gateway install',
  },
  guide: {
    onboard: 'moltbot onboard',
    install: 'moltbot gateway install',
    rescueOnboard: 'moltbot --profile rescue onboard',
    rescueInstall: 'moltbot --profile rescue gateway install',
  },
  manual: {
    main: `CLAWDBOT_CONFIG_PATH=~/.clawdbot/main.json \\
CLAWDBOT_STATE_DIR=~/.clawdbot-main \\
moltbot gateway --port 18789`,
    rescue: `CLAWDBOT_CONFIG_PATH=~/.clawdbot/rescue.json \\
CLAWDBOT_STATE_DIR=~/.clawdbot-rescue \\
moltbot gateway --port 19001`,
  },
  checks: {
    main: 'moltbot --profile main status',
    rescue: 'moltbot --profile rescue status',
    browser: 'moltbot --profile rescue browser status',
  },
  places: {
    state: '.clawdbot',
    config: '.clawdbot/moltbot.json',
    workspace: 'clawd',
    mainState: '.clawdbot-main',
    rescueState: '.clawdbot-rescue',
    rescueWorkspace: 'clawd-rescue',
  },
});
