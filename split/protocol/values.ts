import { z } from "zod";

/** A number of things, or the position of one in a list. */
export const count = z.int().nonnegative();

/** A moment in RFC 3339. */
export const moment = z.iso.datetime({ offset: true });
