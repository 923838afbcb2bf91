/** A request as Claude Code sends it (code.claude.com/docs, and reports of gateways that refused it). */
export const CLAUDE_CODE_REQUEST = {
  model: 'claude-sonnet-4-5-20250929',
  max_tokens: 32_000,
  stream: true,
  metadata: { user_id: 'user_0f_account__session_5c' },
  thinking: { type: 'adaptive', display: 'summarized' },
  output_config: { effort: 'high' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  diagnostics: { previous_message_id: 'msg_01' },
  temperature: 1,
  system: [
    {
      type: 'text',
      text: 'x-anthropic-billing-header: cc_version=2.1.37.0d9; cc_entrypoint=cli; cch=fa690;',
    },
    {
      type: 'text',
      text: 'You are Claude Code.',
      cache_control: { type: 'ephemeral', ttl: '1h', scope: 'global' },
    },
  ],
  tools: [
    {
      name: 'Bash',
      description: 'Runs a command',
      input_schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { command: { type: 'string' } },
        required: ['command'],
        additionalProperties: false,
      },
      eager_input_streaming: true,
      cache_control: { type: 'ephemeral' },
    },
    { name: 'mcp__docs__search', description: '', input_schema: { type: 'object' }, defer_loading: true },
  ],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>Today is Monday.</system-reminder>' },
        { type: 'text', text: 'List the files', cache_control: { type: 'ephemeral' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'The user wants a list.', signature: 'Usuario-3:m1' },
        { type: 'redacted_thinking', data: 'abc' },
        { type: 'text', text: 'I will look.' },
        { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: { query: 'x' } },
        {
          type: 'tool_use',
          id: 'toolu_1',
          name: 'Bash',
          input: { command: 'ls' },
          caller: { type: 'direct' },
        },
        { type: 'tool_use', id: 'toolu_2', name: 'Bash', input: { command: 'pwd' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          content: [
            { type: 'text', text: 'a.png' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'tool_reference', tool_name: 'mcp__docs__search' },
          ],
        },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: 'Permission denied', is_error: true },
        { type: 'text', text: 'Go on', cache_control: { type: 'ephemeral' } },
      ],
    },
    { role: 'system', content: 'The user has opened another file.' },
  ],
} as const;
