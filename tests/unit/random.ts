/** Numbers from 0 to below 1, always the same for a seed: sfc32 by Chris Doty-Humphrey, from PractRand. */
export function seededRandom(seed: number): () => number {
    let a = seed;
    let b = 0x9e3779b9 | 0;
    let c = 0x243f6a88;
    let counter = 1;
    const next = (): number => {
        const sum = (((a + b) | 0) + counter) | 0;
        counter = (counter + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (((c << 21) | (c >>> 11)) + sum) | 0;
        return (sum >>> 0) / 2 ** 32;
    };
    for (let i = 0; i < 12; i++) {
        next();
    }
    return next;
}

/**
 * Draws counts: a function of n, the number of independent draws from cells of these probabilities.
 *
 * @param random numbers from 0 to below 1
 */
export function countsOfDraws(probabilities: readonly number[], random: () => number): (n: number) => number[] {
    const bounds = Float64Array.from(probabilities, (_, i) => probabilities.slice(0, i + 1).reduce((a, b) => a + b));
    return (n) => {
        const counts = new Float64Array(probabilities.length);
        for (let i = 0; i < n; i++) {
            const at = random();
            let cell = 0;
            while (cell < bounds.length - 1 && at >= (bounds[cell] ?? 1)) {
                cell++;
            }
            counts[cell] = (counts[cell] ?? 0) + 1;
        }
        return [...counts];
    };
}
