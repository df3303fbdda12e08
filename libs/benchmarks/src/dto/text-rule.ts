/** Texts that a database can hold: not blank and without NUL. */
export const STORABLE_TEXT = /^(?=[^]*\S)[^\0]+$/;
export const STORABLE_TEXT_MESSAGE = '$property must not be blank or hold a NUL character';
