import { type Attributes, type AttributesArgument, type GraphBuilder, GraphError, type Node, type Op } from './op';
import type { DType, Shape, Tensor, TensorKind } from './tensor';

/**
 * A computation on tensors as a list of nodes, each of which only uses earlier tensors. The host can read `outputs`;
 * `updates` set the value of a parameter or state for the next step.
 */
export class Graph implements GraphBuilder {
	readonly nodes: Node[] = [];
	readonly inputs = new Map<string, Tensor>();
	readonly parameters = new Map<string, Tensor>();
	readonly states = new Map<string, Tensor>();
	readonly constants = new Map<string, { tensor: Tensor; numbers: Float32Array }>();
	readonly outputs = new Map<string, Tensor>();
	readonly updates = new Map<Tensor, Tensor>();
	/** Label of the nodes that are added next. */
	scope = '';
	private tensors = 0;
	private unit: Tensor | undefined;

	private tensor(name: string, kind: TensorKind, shape: Shape, dtype: DType = 'f32'): Tensor {
		return { id: this.tensors++, name, kind, shape, dtype };
	}

	/** A tensor that the host writes before a step. */
	input(name: string, shape: Shape, dtype: DType = 'f32'): Tensor {
		return this.declare(this.inputs, this.tensor(name, 'input', shape, dtype));
	}

	/** A trained tensor, by its name in a checkpoint. Returns the same tensor if the name is already declared. */
	parameter(name: string, shape: Shape): Tensor {
		return this.parameters.get(name) ?? this.declare(this.parameters, this.tensor(name, 'parameter', shape));
	}

	/** A tensor that the optimiser keeps between steps, zero at first. */
	state(name: string, shape: Shape): Tensor {
		return this.declare(this.states, this.tensor(name, 'state', shape));
	}

	/** Numbers known when the graph is built, row-major. One tensor per name. */
	constant(name: string, shape: Shape, numbers: () => Float32Array): Tensor {
		const known = this.constants.get(name);
		if (known) return known.tensor;
		const tensor = this.tensor(name, 'constant', shape);
		this.constants.set(name, { tensor, numbers: numbers() });
		return tensor;
	}

	/** The constant 1: the seed of a scalar loss's gradient, which gradient rules may recognise. */
	get one(): Tensor {
		this.unit ??= this.constant('one', [1], () => Float32Array.of(1));
		return this.unit;
	}

	/** Adds a node and returns its outputs. @throws GraphError if the shapes of `inputs` don't fit the op */
	apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], ...attributes: AttributesArgument<A>): Tensor[];
	apply(op: Op, inputs: readonly Tensor[], attributes: Attributes = {}): Tensor[] {
		const shapes = op.shape(
			inputs.map((input) => input.shape),
			attributes,
		);
		const outputs = shapes.map(({ shape, dtype }, i) =>
			this.tensor(`${op.name}#${this.nodes.length}${i ? `.${i}` : ''}`, 'value', shape, dtype),
		);
		this.nodes.push({ op, inputs, outputs, attributes, label: this.scope });
		return outputs;
	}

	/** Names a tensor for the host to read. */
	output(name: string, tensor: Tensor): void {
		this.declare(this.outputs, tensor, name);
	}

	/** Sets the value that a parameter or state has after the step. */
	update(target: Tensor, value: Tensor): void {
		if (target.kind !== 'parameter' && target.kind !== 'state')
			throw new GraphError(`${target.name} is neither a parameter nor a state, so it can't be updated`);
		this.updates.set(target, value);
	}

	private declare(table: Map<string, Tensor>, tensor: Tensor, name = tensor.name): Tensor {
		if (table.has(name)) throw new GraphError(`the name ${name} is taken`);
		table.set(name, tensor);
		return tensor;
	}
}
