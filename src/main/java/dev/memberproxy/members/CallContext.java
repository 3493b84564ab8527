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
 * The context of a request: who sent it, and which part of the service it addresses.
 *
 * @param client the client
 * @param audit the audit record of the request
 * @param organization the organization; null if there is none that the client may access
 * @param basePath the path below which the client reaches the service
 * @param collection the path of the members as it was requested
 */
public record CallContext(Client client, AuditRecord audit, @Nullable Organization organization, BasePath basePath,
		String collection) {

	/**
	 * The organization that the request is about.
	 * @throws ProblemException if the client may not access it, as if it did not exist
	 */
	public Organization requireOrganization() {
		return Optional.ofNullable(this.organization)
			.orElseThrow(() -> new ProblemException(Problem.of(ProblemType.ORGANIZATION_NOT_FOUND,
					"The path names no organization that is configured here and open to your app.")));
	}

	/** The context of one item of a batch, which has an audit record of its own. */
	public CallContext item(int index) {
		return new CallContext(this.client, this.audit.item(index), this.organization, this.basePath, this.collection);
	}

}
