package dev.memberproxy.members;

import java.util.List;

import dev.memberproxy.organizations.Organizations;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
class MembersConfiguration {

	@Bean
	BodyConverter<MemberRequest> memberRequestConverter() {
		return new BodyConverter<>(MemberRequest.class, MemberMediaTypes.ALL, MemberRequest::of);
	}

	@Bean
	BodyConverter<RoleChangeRequest> roleChangeRequestConverter() {
		return new BodyConverter<>(RoleChangeRequest.class, MemberMediaTypes.PATCHES, RoleChangeRequest::of);
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
