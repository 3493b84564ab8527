package dev.memberproxy.members;

import java.io.IOException;
import java.util.Objects;

import dev.memberproxy.problem.RenderedResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Writes what the handler methods of members return, which is rendered already. */
final class AnswerReturnValueHandler implements HandlerMethodReturnValueHandler {

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		return returnType.getParameterType() == RenderedResponse.class;
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType,
			ModelAndViewContainer container, NativeWebRequest webRequest) throws IOException {
		container.setRequestHandled(true);
		RenderedResponse answer = (RenderedResponse) Objects.requireNonNull(returnValue);
		HttpServletRequest request = Objects.requireNonNull(webRequest.getNativeRequest(HttpServletRequest.class));
		HttpServletResponse response = Objects.requireNonNull(webRequest.getNativeResponse(HttpServletResponse.class));
		// Problems say theirs.
		if (answer.body().length > 0 && !answer.headers().containsKey(HttpHeaders.CONTENT_TYPE)) {
			response.setContentType(
					MemberMediaTypes.preferred(MemberMediaTypes.OF_MEMBERS, request.getHeaders(HttpHeaders.ACCEPT))
						.toString());
		}
		answer.writeTo(response);
	}

}
