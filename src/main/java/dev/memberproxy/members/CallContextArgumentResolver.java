package dev.memberproxy.members;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.clients.Client;
import dev.memberproxy.core.BasePath;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Resolves the context of a request. As the first argument of a handler method, it makes
 * the audit record complete even if the body is rejected.
 */
final class CallContextArgumentResolver implements HandlerMethodArgumentResolver {

	private final Organizations organizations;

	CallContextArgumentResolver(Organizations organizations) {
		this.organizations = organizations;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == CallContext.class;
	}

	@Override
	public CallContext resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest request = Objects.requireNonNull(webRequest.getNativeRequest(HttpServletRequest.class));
		AuditRecord audit = AuditRecord.of(request);
		audit.activity(Objects.requireNonNull(parameter.getMethodAnnotation(AuditedAs.class)).value());
		Client client = client();
		String alias = alias(request);
		Organization organization = this.organizations.find((alias != null) ? alias : Organization.DEFAULT_ALIAS)
			.filter((found) -> client.canAccess(found.alias()))
			.orElse(null);
		Optional.ofNullable(organization).map(Organization::alias).ifPresent(audit::organization);
		RequestedBy.of(request).ifPresent(audit::requestedBy);
		String prefix = (alias != null) ? "/organizations/" + alias : "";
		BasePath basePath = BasePath.of(request);
		return new CallContext(client, audit, organization, basePath, basePath.resolve(prefix + "/members"));
	}

	/** Requests without a known client are rejected before. */
	private static Client client() {
		Authentication authentication = Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication());
		return (Client) Objects.requireNonNull(authentication.getPrincipal());
	}

	private static @Nullable String alias(HttpServletRequest request) {
		Map<?, ?> variables = (Map<?, ?>) request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return (variables != null) ? (String) variables.get("alias") : null;
	}

}
