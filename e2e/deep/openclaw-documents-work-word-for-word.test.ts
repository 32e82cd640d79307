import { documentsWork } from '../support/documents.ts';

documentsWork({
  product: 'openclaw',
  page: 'openclaw-multiple-gateways.md',
  setup: {
    main: 'openclaw --profile main setup',
    rescue: 'openclaw --profile rescue setup',
  },
  run: {
    main: 'openclaw --profile main gateway --port 18789',
    rescue: 'openclaw --profile rescue gateway --port 19001',
  },
  services: {
    main: 'openclaw --profile main gateway install',
    rescue: 'openclaw --profile rescue gateway install',
  },
  guide: {
    onboard: 'openclaw onboard',
    install: 'openclaw gateway install',
    rescueOnboard: 'openclaw --profile rescue onboard',
    rescueInstall: 'openclaw --profile rescue gateway install',
  },
  manual: {
    main: `OPENCLAW_CONFIG_PATH=~/.openclaw/main.json \\
OPENCLAW_STATE_DIR=~/.openclaw-main \\
openclaw gateway --port 18789`,
    rescue: `OPENCLAW_CONFIG_PATH=~/.openclaw/rescue.json \\
OPENCLAW_STATE_DIR=~/.openclaw-rescue \\
openclaw gateway --port 19001`,
  },
  checks: {
    main: 'openclaw --profile main status',
    rescue: 'openclaw --profile rescue status',
    browser: 'openclaw --profile rescue browser status',
  },
  places: {
    state: '.openclaw',
    config: '.openclaw/openclaw.json',
    workspace: '.openclaw/workspace',
    mainState: '.openclaw-main',
    rescueState: '.openclaw-rescue',
    rescueWorkspace: '.openclaw/workspace-rescue',
  },
});
