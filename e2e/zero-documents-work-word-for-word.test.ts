import { documentsWork } from './support/documents.ts';

documentsWork({
  product: 'zero',
  page: 'zero-multiple-gateways.md',
  setup: {
    main: 'zero --profile main setup',
    rescue: 'zero --profile rescue setup',
  },
  run: {
    main: 'zero --profile main gateway --port 18789',
    rescue: 'zero --profile rescue gateway --port 19001',
  },
  services: {
    main: 'zero --profile main gateway install',
    rescue: 'zero --profile rescue gateway install',
  },
  guide: {
    onboard: 'zero onboard',
    install: 'zero gateway install',
    rescueOnboard: 'zero --profile rescue onboard',
    rescueInstall: 'zero --profile rescue gateway install',
  },
  manual: {
    main: `ZERO_CONFIG_PATH=~/.zero/main.json \\
ZERO_STATE_DIR=~/.zero-main \\
zero gateway --port 18789`,
    rescue: `ZERO_CONFIG_PATH=~/.zero/rescue.json \\
ZERO_STATE_DIR=~/.zero-rescue \\
zero gateway --port 19001`,
  },
  checks: {
    main: 'zero --profile main status',
    rescue: 'zero --profile rescue status',
    browser: 'zero --profile rescue browser status',
  },
  places: {
    state: '.zero',
    config: '.zero/zero.json',
    workspace: 'zero',
    mainState: '.zero-main',
    rescueState: '.zero-rescue',
    rescueWorkspace: 'zero-rescue',
  },
});
