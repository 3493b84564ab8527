package dev.memberproxy.members;

import java.util.List;

import dev.memberproxy.organizations.InvalidConfigurationException;
import dev.memberproxy.organizations.Organizations;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BatchProperties.class)
class MembersConfiguration {

	private static final int MOST_ITEMS = 10_000;

	@Bean
	BodyConverter<MemberRequest> memberRequestConverter() {
		return new BodyConverter<>(MemberRequest.class, MemberMediaTypes.ALL, MemberRequest::of);
	}

	@Bean
	BodyConverter<RoleChangeRequest> roleChangeRequestConverter() {
		return new BodyConverter<>(RoleChangeRequest.class, MemberMediaTypes.PATCHES, RoleChangeRequest::of);
	}

	@Bean
	BatchReader batchReader(BatchProperties properties) {
		if (properties.maxItems() < 1 || properties.maxItems() > MOST_ITEMS) {
			throw new InvalidConfigurationException("members.batch.max-items", "is not a usable number",
					"Set it to a whole number from 1 to " + MOST_ITEMS + ".");
		}
		return new BatchReader(properties.maxItems());
	}

	@Bean
	WebMvcConfigurer callerArguments(Organizations organizations) {
		return new WebMvcConfigurer() {

			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(new CallerArgumentResolver(organizations));
			}

		};
	}

}
