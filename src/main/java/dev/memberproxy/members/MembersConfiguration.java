package dev.memberproxy.members;

import java.util.List;
import java.util.stream.Stream;

import dev.memberproxy.organizations.Organizations;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverters.ServerBuilder;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Teaches Spring MVC the context of a request and the media types of members. */
@Configuration(proxyBeanMethods = false)
class MembersConfiguration implements WebMvcConfigurer {

	private static final MediaType LAST_CHOICE = MediaType.valueOf("application/json;q=0.001");

	private final Organizations organizations;

	MembersConfiguration(Organizations organizations) {
		this.organizations = organizations;
	}

	@Override
	public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		resolvers.add(new CallContextArgumentResolver(this.organizations));
	}

	@Override
	public void configureMessageConverters(ServerBuilder builder) {
		builder.addCustomConverter(new MemberJsonConverter());
	}

	/**
	 * Adds what Spring MVC's own negotiation lacks. Some generated clients accept nothing
	 * but the media type of problems: they get successes as plain JSON.
	 */
	@Override
	public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
		ContentNegotiationStrategy header = new HeaderContentNegotiationStrategy();
		configurer.strategies(List.of((request) -> {
			List<MediaType> accepted = header.resolveMediaTypes(request);
			if (accepted.equals(ContentNegotiationStrategy.MEDIA_TYPE_ALL_LIST)) {
				return accepted;
			}
			List<MediaType> ranges = accepted.stream().map(MembersConfiguration::range).toList();
			return Stream.concat(MediaTypes.rank(MediaTypes.OF_MEMBERS, ranges).stream(), ranges.stream())
				.distinct()
				.toList();
		}));
	}

	/** Without parameters, which Spring MVC would repeat in the response. */
	private static MediaType range(MediaType accepted) {
		return accepted.equalsTypeAndSubtype(MediaType.APPLICATION_PROBLEM_JSON) ? LAST_CHOICE
				: new MediaType(accepted.getType(), accepted.getSubtype(), accepted.getQualityValue());
	}

}
