/** Metrics of a run at a step by key, such as `validationLoss` or `triggerLoss`. A list has one number per layer. */
export type Metrics = Record<string, number | number[]>;
