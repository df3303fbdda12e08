import type { DeliveryError } from '@app/contracts';

/** Why an attempt to deliver did not succeed. The message may be shown; it quotes no receiver. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';

  constructor(
    readonly code: DeliveryError,
    message: string,
    readonly options: {
      /** Whether trying again would be in vain. */
      permanent?: boolean;
      status?: number;
      /** How long the receiver asks to be left alone. */
      retryAfterMs?: number;
    } = {},
  ) {
    super(message);
  }
}
