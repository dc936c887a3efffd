/** Answers that are held until something has happened: so many for each user that nobody's waiting costs the others. */
export const HELD_OF_A_USER_MAX = 200;

export class HeldAnswers {
  private readonly held = new Map<string, number>();

  constructor(private readonly max = HELD_OF_A_USER_MAX) {}

  /** Runs `wait` while it is counted; where too many are held already, answers with `atOnce`. */
  async hold<T>(userId: string, wait: () => Promise<T>, atOnce: () => Promise<T>): Promise<T> {
    const count = this.held.get(userId) ?? 0;
    if (count >= this.max) return atOnce();
    this.held.set(userId, count + 1);
    try {
      return await wait();
    } finally {
      const left = this.held.get(userId)! - 1;
      if (left > 0) this.held.set(userId, left);
      else this.held.delete(userId);
    }
  }
}
