package dev.memberproxy.provisioning;

import java.util.Map;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.sentry.NewMember;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A valid request of a caller. */
public sealed interface MemberCommand {

	/**
	 * The member it is about.
	 * @return the member, or null if it is about all of them
	 */
	@Nullable MemberRef ref();

	/** A command that can change something. */
	sealed interface Change extends MemberCommand {

		@Override
		MemberRef ref();

		/**
		 * The role that the member is to have.
		 * @return the role, or null if any will do
		 */
		default @Nullable Role role() {
			return null;
		}

		/**
		 * Further SCIM attributes of the member.
		 * @return names and values, none if the command has none
		 */
		default Map<String, JsonNode> attributes() {
			return Map.of();
		}

	}

	/** A change that describes the whole member. */
	sealed interface OfNewMember extends Change {

		/**
		 * The member as it is to be.
		 * @return the member
		 */
		NewMember member();

		@Override
		default MemberRef ref() {
			return new MemberRef.ByAddress(member().address());
		}

		@Override
		default @Nullable Role role() {
			return member().role();
		}

		@Override
		default Map<String, JsonNode> attributes() {
			return member().attributes();
		}

	}

	/** A command that only reads. */
	sealed interface Read extends MemberCommand {

	}

	/**
	 * Creates a member.
	 *
	 * @param member the member
	 */
	record Create(NewMember member) implements OfNewMember {
	}

	/**
	 * Ensures that a person is a member, and has the role if there is one.
	 *
	 * @param member the member
	 */
	record Ensure(NewMember member) implements OfNewMember {
	}

	/**
	 * Changes the role of a member.
	 *
	 * @param ref the member
	 * @param role the new role
	 */
	record UpdateRole(MemberRef ref, Role role) implements Change {
	}

	/**
	 * Deletes a member.
	 *
	 * @param ref the member
	 */
	record Delete(MemberRef ref) implements Change {
	}

	/**
	 * Reads one member.
	 *
	 * @param ref the member
	 */
	record Find(MemberRef ref) implements Read {
	}

	/**
	 * Searches for the members with an address.
	 *
	 * @param address the address
	 */
	record Search(EmailAddress address) implements Read {

		@Override
		public MemberRef ref() {
			return new MemberRef.ByAddress(this.address);
		}

	}

	/**
	 * Lists members, a page at a time.
	 *
	 * @param startIndex the number of the first member, from 1
	 * @param count the largest number of members
	 */
	record ListAll(int startIndex, int count) implements Read {

		@Override
		public @Nullable MemberRef ref() {
			return null;
		}

	}

}
