package dev.memberproxy.provisioning;

import dev.memberproxy.channel.RetryingSender;
import dev.memberproxy.channel.SentryChannels;
import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.provisioning.MemberLocks.MemberLock;

/** Reads and changes the members of organizations. */
public class MemberService {

	private final SentryChannels channels;

	private final MemberLocks locks;

	MemberService(SentryChannels channels, MemberLocks locks) {
		this.channels = channels;
		this.locks = locks;
	}

	/**
	 * Begins a request. The organization's deadline starts now, and a change asks for the
	 * lock of its member.
	 * @param organization the organization
	 * @param command what is requested
	 * @param access decides about members that the request finds
	 * @param dryRun whether nothing is to be changed
	 * @param observer learns of each attempt at Sentry
	 * @return executes the request, to be closed by the current thread
	 */
	public MemberOperations begin(Organization organization, MemberCommand command, AccessCheck access, boolean dryRun,
			AttemptObserver observer) {
		RetryingSender sender = this.channels.begin(organization, observer);
		// Neither a read nor a dry run changes anything.
		MemberLock lock = (command instanceof MemberCommand.Change change && !dryRun)
				? this.locks.request(organization.alias(), change.ref(), organization.timeouts().deadline())
				: MemberLock.NONE;
		return new MemberOperations(sender, lock, access, dryRun);
	}

}
