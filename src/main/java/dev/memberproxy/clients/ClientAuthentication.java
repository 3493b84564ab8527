package dev.memberproxy.clients;

import java.util.List;

import dev.memberproxy.audit.AuditRecord;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/**
 * The client of the current request, as Spring Security sees it. Holds no credentials.
 */
final class ClientAuthentication extends AbstractAuthenticationToken {

	private static final long serialVersionUID = 1L;

	private final transient Client client;

	private ClientAuthentication(Client client) {
		super(List.of());
		this.client = client;
		setAuthenticated(true);
	}

	/**
	 * Makes a client that of a request.
	 * @param client the client
	 * @param request the request that the current thread serves
	 */
	static void enter(Client client, HttpServletRequest request) {
		AuditRecord.find(request).ifPresent((trail) -> trail.client(client.name()));
		SecurityContextHolder.setContext(new SecurityContextImpl(new ClientAuthentication(client)));
	}

	@Override
	public Client getPrincipal() {
		return this.client;
	}

	@Override
	public String getCredentials() {
		return "";
	}

}
