/** Lets operations of the clients begin, or holds them back: nobody writes while an epoch begins. */
export interface Gate {
  /** Those under way go on to their end. */
  hold(): void;
  release(): void;
  /** Resolves once operations may begin, at once unless they are held, and when `signal` aborts. */
  passed(signal?: AbortSignal): Promise<void>;
}

export function openGate(): Gate {
  let held: PromiseWithResolvers<void> | undefined;
  return {
    hold: () => void (held ??= Promise.withResolvers()),
    release() {
      held?.resolve();
      held = undefined;
    },
    async passed(signal) {
      if (held === undefined || signal?.aborted === true) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const pass = (): void => resolve();
      signal?.addEventListener('abort', pass, { once: true });
      await Promise.race([held.promise, promise]);
      signal?.removeEventListener('abort', pass);
    },
  };
}
