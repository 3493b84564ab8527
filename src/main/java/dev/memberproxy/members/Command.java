package dev.memberproxy.members;

import java.util.Map;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.sentry.NewMember;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a caller asks for, once it is found to be valid. */
sealed interface Command {

	/**
	 * Whom it is about.
	 * @return the member, or null if it is about all of them
	 */
	@Nullable MemberRef ref();

	/**
	 * The role that is asked for.
	 * @return the role, or null if none is
	 */
	default @Nullable Role role() {
		return null;
	}

	/**
	 * The further attributes of the member that is asked for.
	 * @return names and values, none if the command has none
	 */
	default Map<String, JsonNode> attributes() {
		return Map.of();
	}

	/**
	 * Give a person a seat.
	 *
	 * @param member who, and with which role
	 */
	record Create(NewMember member) implements Command {

		@Override
		public MemberRef ref() {
			return new MemberRef.ByAddress(this.member.address());
		}

		@Override
		public @Nullable Role role() {
			return this.member.role();
		}

		@Override
		public Map<String, JsonNode> attributes() {
			return this.member.attributes();
		}

	}

	/**
	 * See to it that a person is a member.
	 *
	 * @param member who, and with which role
	 */
	record Ensure(NewMember member) implements Command {

		@Override
		public MemberRef ref() {
			return new MemberRef.ByAddress(this.member.address());
		}

		@Override
		public @Nullable Role role() {
			return this.member.role();
		}

		@Override
		public Map<String, JsonNode> attributes() {
			return this.member.attributes();
		}

	}

	/**
	 * Give a member another role.
	 *
	 * @param ref which member
	 * @param role the role
	 */
	record ChangeRole(MemberRef ref, Role role) implements Command {
	}

	/**
	 * Take a member's seat away.
	 *
	 * @param ref which member
	 */
	record Remove(MemberRef ref) implements Command {
	}

	/**
	 * Look at one member.
	 *
	 * @param ref which member
	 */
	record Read(MemberRef ref) implements Command {
	}

	/**
	 * Search for the members with an address.
	 *
	 * @param address the address
	 */
	record Search(EmailAddress address) implements Command {

		@Override
		public MemberRef ref() {
			return new MemberRef.ByAddress(this.address);
		}

	}

	/**
	 * List all members, a part at a time.
	 *
	 * @param startIndex the number of the first one, from 1
	 * @param count how many at most
	 */
	record Browse(int startIndex, int count) implements Command {

		@Override
		public @Nullable MemberRef ref() {
			return null;
		}

	}

}
