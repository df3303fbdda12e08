/** Not among the public types: a consumer may have neither Node's nor a browser's. */
export type Timer = ReturnType<typeof setTimeout>;
