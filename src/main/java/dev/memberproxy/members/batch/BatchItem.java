package dev.memberproxy.members.batch;

import java.util.function.Supplier;

import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.provisioning.MemberCommand;

/**
 * One item of a batch, which may be invalid.
 *
 * @param index the number of the item, from 0
 * @param member the member; items for the same member are executed in their order
 * @param source supplies the command, or throws the problem of an invalid item
 */
record BatchItem(int index, Object member, Supplier<MemberCommand.Change> source) {

	static BatchItem of(int index, Supplier<MemberCommand.Change> reader) {
		try {
			MemberCommand.Change command = reader.get();
			return new BatchItem(index, command.ref(), () -> command);
		}
		catch (ProblemException ex) {
			// Becomes the result of the item, as other items are executed nevertheless.
			return new BatchItem(index, index, () -> {
				throw ex;
			});
		}
	}

	/**
	 * The command of the item.
	 * @return the command
	 * @throws ProblemException if the item is invalid
	 */
	MemberCommand.Change command() {
		return this.source.get();
	}

}
