package dev.memberproxy.members;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.clients.Client;
import dev.memberproxy.core.BasePath;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
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

	private static final String REQUESTED_BY = "Members-Requested-By";

	/** A caller key sent in the wrong header must not get into the audit log. */
	private static final Pattern CLAIM = Pattern.compile("(?!smp_)[\\x21-\\x7E]{1,128}");

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
		requestedBy(request).ifPresent(audit::requestedBy);
		String prefix = (alias != null) ? "/organizations/" + alias : "";
		BasePath basePath = BasePath.of(request);
		return new CallContext(client, audit, organization, basePath, basePath.resolve(prefix + "/members"));
	}

	/** Requests without a known client are rejected before. */
	private static Client client() {
		Authentication authentication = Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication());
		return (Client) Objects.requireNonNull(authentication.getPrincipal());
	}

	/**
	 * The person behind the request, as the app claims. The claim is not verified.
	 * @throws ProblemException if the header is repeated or malformed
	 */
	private static Optional<String> requestedBy(HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(REQUESTED_BY));
		if (values.size() > 1 || !values.stream().allMatch((value) -> CLAIM.matcher(value).matches())) {
			throw new ProblemException(
					Problem.of(ProblemType.INVALID_REQUEST, "The header " + REQUESTED_BY + " is not acceptable.")
						.withErrors(List.of(InputError.inHeader(REQUESTED_BY, InputCode.MALFORMED_HEADER,
								"must be given once, with 1 to 128 visible ASCII characters, and be no caller key"))));
		}
		return values.stream().findFirst();
	}

	private static @Nullable String alias(HttpServletRequest request) {
		Map<?, ?> variables = (Map<?, ?>) request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return (variables != null) ? (String) variables.get("alias") : null;
	}

}
