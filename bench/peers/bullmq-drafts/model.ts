/** The language model, as fast as one can be: it answers the task at once. */
export interface Task {
  filter: { field: string; equals: string };
  set: { stock: number };
}

const SENTENCE = /^set the stock of products with group (\S+) to (\d+)$/;

/** Throws on any other sentence than the benchmark's. */
export async function readPrompt(prompt: string): Promise<Task> {
  const read = SENTENCE.exec(prompt);
  if (!read) throw new Error(`not a sentence of this benchmark: ${prompt}`);
  return { filter: { field: 'group', equals: read[1]! }, set: { stock: Number(read[2]) } };
}
