package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.organizations.Organizations;
import jakarta.validation.Validator;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BatchProperties.class)
class MembersConfiguration {

	private static final int MOST_ITEMS = 10_000;

	@Bean
	BatchReader batchReader(BatchProperties properties) {
		if (properties.maxItems() < 1 || properties.maxItems() > MOST_ITEMS) {
			throw new InvalidConfigurationException("members.batch.max-items", "is not a usable number",
					"Set it to a whole number from 1 to " + MOST_ITEMS + ".");
		}
		return new BatchReader(properties.maxItems());
	}

	/**
	 * Before those of Spring MVC: they would take the bodies, and each would look into
	 * the type of what is returned, with every request.
	 */
	@Bean
	SmartInitializingSingleton bodiesAndAnswersFirst(RequestMappingHandlerAdapter adapter, Validator validator) {
		return () -> {
			List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>();
			resolvers.add(new BodyArgumentResolver(validator));
			resolvers.addAll(Objects.requireNonNull(adapter.getArgumentResolvers()));
			adapter.setArgumentResolvers(resolvers);
			List<HandlerMethodReturnValueHandler> handlers = new ArrayList<>();
			handlers.add(new AnswerReturnValueHandler());
			handlers.addAll(Objects.requireNonNull(adapter.getReturnValueHandlers()));
			adapter.setReturnValueHandlers(handlers);
		};
	}

	@Bean
	WebMvcConfigurer callerArguments(Organizations organizations) {
		return new WebMvcConfigurer() {

			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(new CallContextArgumentResolver(organizations));
			}

		};
	}

}
