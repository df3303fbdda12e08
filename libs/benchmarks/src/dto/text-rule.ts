export { STORABLE_TEXT } from '@app/contracts';
export const STORABLE_TEXT_MESSAGE =
  '$property must not be blank or hold a character that cannot be stored (U+0000, half of a pair)';
