export * from './interventions';
export * from './interventions/lambdas';
