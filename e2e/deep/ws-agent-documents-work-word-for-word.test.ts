import { documentsWork } from '../support/documents.ts';

documentsWork({
  product: 'ws-agent',
  page: 'ws-agent-multiple-gateways.md',
  setup: {
    main: 'ws-agent --profile main setup',
    rescue: 'ws-agent --profile rescue setup',
  },
  run: {
    main: 'ws-agent --profile main gateway --port 18789',
    rescue: 'ws-agent --profile rescue gateway --port 19001',
  },
  services: {
    main: 'ws-agent --profile main gateway install',
    rescue: 'ws-agent --profile rescue gateway install',
  },
  guide: {
    onboard: 'ws-agent onboard',
    install: 'ws-agent gateway install',
    rescueOnboard: 'ws-agent --profile rescue onboard',
    rescueInstall: 'ws-agent --profile rescue gateway install',
  },
  manual: {
    main: `WS_AGENT_CONFIG_PATH=~/.ws-agent/main.json \\
WS_AGENT_STATE_DIR=~/.ws-agent-main \\
ws-agent gateway --port 18789`,
    rescue: `WS_AGENT_CONFIG_PATH=~/.ws-agent/rescue.json \\
WS_AGENT_STATE_DIR=~/.ws-agent-rescue \\
ws-agent gateway --port 19001`,
  },
  checks: {
    main: 'ws-agent --profile main status',
    rescue: 'ws-agent --profile rescue status',
    browser: 'ws-agent --profile rescue browser status',
  },
  places: {
    state: '.ws-agent',
    config: '.ws-agent/ws-agent.json',
    workspace: '.ws-agent/workspace',
    mainState: '.ws-agent-main',
    rescueState: '.ws-agent-rescue',
    rescueWorkspace: '.ws-agent/workspace-rescue',
  },
});
