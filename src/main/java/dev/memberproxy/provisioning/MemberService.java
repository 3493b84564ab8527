package dev.memberproxy.provisioning;

import dev.memberproxy.channel.SentryChannels;
import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;

import org.springframework.stereotype.Component;

/** Reads and changes the members of organizations. */
@Component
public class MemberService {

	private final SentryChannels channels;

	private final MemberLocks locks = new MemberLocks();

	MemberService(SentryChannels channels) {
		this.channels = channels;
	}

	/**
	 * Begins a request. The organization's deadline starts now.
	 * @param organization the organization
	 * @param access decides about members that the request finds
	 * @param dryRun whether nothing is to be changed
	 * @param observer learns of each attempt at Sentry
	 * @return executes the request
	 */
	public MemberOperations begin(Organization organization, AccessCheck access, boolean dryRun,
			AttemptObserver observer) {
		return new MemberOperations(this.channels.begin(organization, observer), this.locks, organization.alias(),
				access, dryRun);
	}

}
