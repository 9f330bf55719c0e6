/** A head has a sink if it gives the first token more than this mean attention α₁ (github.com/sail-sg/Attention-Sink). */
export const SINK_THRESHOLD = 0.3;
