package dev.memberproxy.members;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.MethodParameter;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Reads the bodies of requests for one member, of at most 64 KiB, and reports everything
 * that is wrong with one at once.
 */
final class BodyArgumentResolver implements HandlerMethodArgumentResolver {

	private static final ByteLimit LIMIT = new ByteLimit(64 * 1024);

	private static final Map<Class<?>, Function<JsonNode, ?>> READERS = Map.of(MemberRequest.class, MemberRequest::of,
			RoleChangeRequest.class, RoleChangeRequest::of);

	private final StrictJson json = new StrictJson();

	private final Validator validator;

	/**
	 * @param validator knows the constraints of the requests
	 */
	BodyArgumentResolver(Validator validator) {
		this.validator = validator;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(RequestBody.class) && READERS.containsKey(parameter.getParameterType());
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest request = Objects.requireNonNull(webRequest.getNativeRequest(HttpServletRequest.class));
		String text = this.json.readText(request, LIMIT);
		boolean required = Objects.requireNonNull(parameter.getParameterAnnotation(RequestBody.class)).required();
		// Some generated clients send null for a body that is left out.
		if (!required && (text.isEmpty() || text.strip().equals("null"))) {
			return null;
		}
		Object body = Objects.requireNonNull(READERS.get(parameter.getParameterType()))
			.apply(this.json.parseObject(text));
		Set<ConstraintViolation<Object>> violations = this.validator.validate(body, groups(parameter));
		if (!violations.isEmpty()) {
			throw new ProblemException(Problem.of(ProblemType.INVALID_REQUEST, "The body has faulty fields.")
				.withErrors(InputError.of(violations)));
		}
		return body;
	}

	private static Class<?>[] groups(MethodParameter parameter) {
		Validated validated = parameter.getParameterAnnotation(Validated.class);
		return (validated != null) ? validated.value() : new Class<?>[0];
	}

}
