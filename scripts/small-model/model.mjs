/** A GGUF model on the processor: one conversation in, one answer out, one after another. */
import { getLlama, LlamaChatSession } from 'node-llama-cpp';
import { modelFile } from './model-file.mjs';

/** Instructions, examples and a catalogue take about 2,500 tokens. */
const CONTEXT_TOKENS = 6_144;

/** `threads` that share a busy processor wait for each other by spinning: one is then the quickest. */
export async function loadModel({ threads }) {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: threads });
  const model = await llama.loadModel({ modelPath: await modelFile() });
  const context = await model.createContext({ contextSize: CONTEXT_TOKENS, threads });
  let before = Promise.resolve();

  /** `schema`: the answer is held to this JSON Schema while it is made. */
  async function answer({ messages, tokensMax, temperature, schema, signal }) {
    const sequence = context.getSequence();
    try {
      const session = new LlamaChatSession({ contextSequence: sequence });
      session.setChatHistory(messages.slice(0, -1).map(historyItem));
      const grammar = schema ? await llama.createGrammarForJsonSchema(schema) : undefined;
      const { responseText, stopReason } = await session.promptWithMeta(messages.at(-1).content, {
        maxTokens: tokensMax,
        temperature,
        ...(grammar && { grammar }),
        signal,
      });
      const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter.getState();
      return {
        text: responseText,
        isCut: stopReason === 'maxTokens',
        promptTokens: usedInputTokens,
        completionTokens: usedOutputTokens,
      };
    } finally {
      sequence.dispose();
    }
  }

  return {
    complete(request) {
      const turn = before.then(() => {
        request.signal.throwIfAborted();
        return answer(request);
      });
      before = turn.catch(() => undefined);
      return turn;
    },
  };
}

function historyItem({ role, content }) {
  if (role === 'assistant') return { type: 'model', response: [content] };
  return { type: role === 'system' ? 'system' : 'user', text: content };
}
