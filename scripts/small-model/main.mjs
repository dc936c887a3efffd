/**
 * `npm run small-model [-- --port 8123 --structured --threads 4]`: a real small model behind an OpenAI-compatible
 * /v1/chat/completions. `--structured` honours a JSON schema in the request; without it such a request is refused, as by
 * many small servers, and the model says what it likes.
 */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { loadModel } from './model.mjs';

const BODY_BYTES_MAX = 1_000_000;
const MODEL_NAME = 'smollm2-135m';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    structured: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
  },
});
const model = await loadModel({ threads: Number(values.threads) });
const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (!response.destroyed) send(response, 500, { error: { message: String(error), type: 'server_error' } });
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`${MODEL_NAME} listens on http://127.0.0.1:${server.address().port}/v1`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

async function answer(request, response) {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return send(response, 404, { error: { message: 'no such path', type: 'invalid_request_error' } });
  const body = JSON.parse(await bodyOf(request));
  const format = body.response_format?.type ?? 'text';
  if (format !== 'text' && !values.structured) {
    const error = {
      message: 'no structured answers',
      type: 'invalid_request_error',
      param: 'response_format',
    };
    return send(response, 400, { error });
  }
  const hungUp = new AbortController();
  response.on('close', () => hungUp.abort());
  const startedAt = performance.now();
  const { text, isCut, promptTokens, completionTokens } = await model.complete({
    messages: body.messages,
    tokensMax: body.max_tokens ?? body.max_completion_tokens ?? 500,
    temperature: body.temperature ?? 0,
    schema: format === 'json_schema' ? body.response_format.json_schema.schema : undefined,
    signal: hungUp.signal,
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${promptTokens} tokens in, ${completionTokens} out, ${seconds} s: ${JSON.stringify(text)}`);
  send(response, 200, {
    id: 'chatcmpl-small',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1_000),
    model: MODEL_NAME,
    choices: [
      { index: 0, finish_reason: isCut ? 'length' : 'stop', message: { role: 'assistant', content: text } },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  });
}

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
