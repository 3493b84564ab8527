package dev.memberproxy.members;

import java.util.Optional;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.clients.Client;
import dev.memberproxy.core.BasePath;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, for what part of the service, and what is known of the request beside what it
 * asks for.
 *
 * @param client the app
 * @param trail the trail of the request
 * @param organization the organization; null if there is none that the app may know of
 * @param basePath the path below which the caller reaches the service
 * @param collection the path of the members as it was called, so that the caller stays
 * with the prefix it used
 */
record CallContext(Client client, AuditRecord trail, @Nullable Organization organization, BasePath basePath,
		String collection) {

	/**
	 * The organization that the request is about.
	 * @return the organization
	 * @throws ProblemException if there is none that the app may know of: one that it may
	 * not use looks like one that does not exist
	 */
	Organization requireOrganization() {
		return Optional.ofNullable(this.organization)
			.orElseThrow(() -> new ProblemException(Problem.of(ProblemType.ORGANIZATION_NOT_FOUND,
					"The path names no organization that is configured here and open to your app.")));
	}

	/**
	 * The same, for one item of a batch.
	 * @param index the number of the item
	 * @return the caller with a trail of its own
	 */
	CallContext item(int index) {
		return new CallContext(this.client, this.trail.item(index), this.organization, this.basePath, this.collection);
	}

}
