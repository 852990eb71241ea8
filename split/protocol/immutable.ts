/** The same plain data, read-only at every depth: schemas infer types that could be written to. */
export type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
