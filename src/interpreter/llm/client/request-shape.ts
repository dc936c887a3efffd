/**
 * Servers that speak the same protocol understand different parts of it. A request starts with all we want; what a
 * server refuses with a 400 is left out, and stays left out for that model.
 */
export interface RequestShape {
  format: 'json_schema' | 'json_object' | 'text';
  /** Newer models take `max_completion_tokens`, everything else `max_tokens`. */
  tokensKey: 'max_tokens' | 'max_completion_tokens';
  /** Reasoning models take no temperature. */
  temperature: boolean;
}

export const FULL_SHAPE: RequestShape = { format: 'json_schema', tokensKey: 'max_tokens', temperature: true };
/** One per thing there is to leave out. */
export const SHAPES_TRIED_MAX = 5;

/** The next thing to leave out; null: nothing is left. `param`: what the server named as the trouble, if it did. */
export function simpler(shape: RequestShape, param: string | null): RequestShape | null {
  if (param === 'max_tokens' && shape.tokensKey === 'max_tokens')
    return { ...shape, tokensKey: 'max_completion_tokens' };
  if (param === 'max_completion_tokens' && shape.tokensKey === 'max_completion_tokens')
    return { ...shape, tokensKey: 'max_tokens' };
  if (param === 'temperature' && shape.temperature) return { ...shape, temperature: false };
  if (shape.format === 'json_schema') return { ...shape, format: 'json_object' };
  if (shape.format === 'json_object') return { ...shape, format: 'text' };
  return shape.temperature ? { ...shape, temperature: false, tokensKey: 'max_completion_tokens' } : null;
}
