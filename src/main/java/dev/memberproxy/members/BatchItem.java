package dev.memberproxy.members;

import java.util.function.Supplier;

import dev.memberproxy.problem.ProblemException;
import tools.jackson.databind.JsonNode;

/**
 * One item of a batch, which may turn out to be faulty.
 *
 * @param index the number of the item, from 0
 * @param chain the same for all items that have to be done one after the other
 * @param source gives what the item asks for, or throws why it is faulty
 */
record BatchItem(int index, Object chain, Supplier<Command> source) {

	/**
	 * Reads an item.
	 * @param index the number of the item
	 * @param json gives the item's document, or throws why it is none
	 * @return the item
	 */
	static BatchItem of(int index, Supplier<JsonNode> json) {
		try {
			Command command = BatchItemReader.read(json.get());
			return new BatchItem(index, (command.ref() != null) ? command.ref() : index, () -> command);
		}
		catch (ProblemException ex) {
			// Kept for the item's own line: it is no reason not to do the others.
			return new BatchItem(index, index, () -> {
				throw ex;
			});
		}
	}

	/**
	 * What the item asks for.
	 * @return a command
	 * @throws ProblemException if the item is faulty
	 */
	Command command() {
		return this.source.get();
	}

}
