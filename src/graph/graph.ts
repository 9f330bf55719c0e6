import { type Attributes, type AttributesArgument, type GraphBuilder, GraphError, type Node, type Op } from './op';
import type { DType, Shape, Tensor, TensorKind } from './tensor';

/**
 * A description of tensor maths in the order of computation: nodes only use tensors made before them.
 * `outputs` are kept for the host to read; `updates` give a parameter or state its value for the next step.
 */
export class Graph implements GraphBuilder {
	readonly nodes: Node[] = [];
	readonly inputs = new Map<string, Tensor>();
	readonly parameters = new Map<string, Tensor>();
	readonly states = new Map<string, Tensor>();
	readonly constants = new Map<string, { tensor: Tensor; numbers: Float32Array }>();
	readonly outputs = new Map<string, Tensor>();
	readonly updates = new Map<Tensor, Tensor>();
	/** Label for the nodes that follow. */
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

	/** A trained tensor; its name is its name in a checkpoint. */
	parameter(name: string, shape: Shape): Tensor {
		return this.parameters.get(name) ?? this.declare(this.parameters, this.tensor(name, 'parameter', shape));
	}

	/** An optimiser's memory, zero at first. */
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

	/** The constant 1: the seed of a gradient, which rules may recognise. */
	get one(): Tensor {
		this.unit ??= this.constant('one', [1], () => Float32Array.of(1));
		return this.unit;
	}

	/** Adds a node; its outputs' shapes follow from the op's rule. */
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

	/** Keeps a tensor under a name for the host to read. */
	output(name: string, tensor: Tensor): void {
		this.declare(this.outputs, tensor, name);
	}

	/** The value that a parameter or state takes when the step is done. */
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
