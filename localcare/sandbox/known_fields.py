"""Every field name Graph knows on a node, so that an unknown one is refused and a known one may be absent.

Names of the public reference of v26.0 as shipped in facebook-business 26.0.3; edges are in `edges.py`.
"""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PAGE = _names(
    """
    about access_token ad_campaign affiliation app_id artists_we_like attire available_promo_offer_ids awards
    band_interests band_members best_page bio birthday booking_agent breaking_news_usage built business can_checkin
    can_post category category_list checkins company_overview connected_instagram_account
    connected_page_backed_instagram_account contact_address country_page_likes cover culinary_team current_location
    delivery_and_pickup_option_info description description_html differently_open_offerings directed_by
    display_subtext displayed_message_response_time emails engagement fan_count featured_video features
    followers_count food_styles founded general_info general_manager genre global_brand_page_name
    global_brand_root_id has_added_app has_lead_access has_transitioned_to_new_page_experience
    has_whatsapp_business_number has_whatsapp_number hometown hours id impressum influences
    instagram_business_account is_always_open is_calling_eligible is_chain is_community_page
    is_eligible_for_branded_content is_messenger_bot_get_started_enabled is_messenger_platform_bot is_owned
    is_permanently_closed is_published is_unclaimed is_verified is_webhooks_subscribed keywords
    leadgen_tos_acceptance_time leadgen_tos_accepted leadgen_tos_accepting_user link location members merchant_id
    merchant_review_status messaging_feature_status messenger_ads_default_icebreakers
    messenger_ads_default_quick_replies messenger_ads_quick_replies_type mini_shop_storefront mission mpg name
    name_with_location_descriptor network new_like_count offer_eligible overall_star_rating owner_business page_token
    parent_page parking payment_options personal_info personal_interests pharma_safety_info phone pickup_options
    place_type plot_outline preferred_audience press_contact price_range priority_hours privacy_info_url produced_by
    products promotion_eligible promotion_ineligible_reason public_transit rating_count recipient record_label
    release_date restaurant_services restaurant_specialties schedule screenplay_by season single_line_address
    starring start_info store_code store_location_descriptor store_number studio
    supports_donate_button_in_live_video talking_about_count tasks temporary_status unread_message_count
    unread_notif_count unseen_message_count user_access_expire_time username verification_status voip_info website
    were_here_count whatsapp_number written_by
    """
)
POST = _names(
    """
    actions admin_creator allowed_advertising_objectives application attachments backdated_time call_to_action
    can_reply_privately child_attachments comments_mirroring_domain coordinates created_time event expanded_height
    expanded_width feed_targeting from full_picture height icon id instagram_eligibility is_app_share
    is_eligible_for_promotion is_expired is_hidden is_inline_created is_instagram_eligible is_popular is_published
    is_spherical message message_tags multi_share_end_card multi_share_optimized parent_id permalink_url picture
    place privacy promotable_id promotion_status properties scheduled_publish_time shares status_type story
    story_tags subscribed target targeting timeline_visibility to updated_time via video_buying_eligibility width
    """
)
POST_REMOVED = frozenset({"type", "name", "link", "caption", "description", "source", "object_id"})
COMMENT = _names(
    """
    admin_creator application attachment can_comment can_hide can_like can_remove can_reply_privately comment_count
    created_time from id is_hidden is_private like_count live_broadcast_timestamp message message_tags object parent
    permalink_url private_reply_conversation user_likes
    """
)
CONVERSATION = _names(
    """
    can_reply folder former_participants id is_owner is_subscribed link linked_group message_count name participants
    scoped_thread_key senders snippet unread_count updated_time wallpaper
    """
)
MESSAGE = _names("attachments created_time from id message reply_to shares sticker story tags thread_id to")
ACCOUNT = _names(
    """
    biography business_discovery followers_count follows_count has_profile_pic id ig_id is_published media_count
    mentioned_comment mentioned_media name profile_picture_url username website
    """
)
MEDIA = _names(
    """
    alt_text caption comments_count id is_comment_enabled is_shared_to_feed like_count media_product_type media_type
    media_url owner permalink shortcode thumbnail_url timestamp username view_count
    """
)
MEDIA_COMMENT = _names("from hidden id like_count media parent_id text timestamp user username")
RECOMMENDATION = _names(
    "created_time has_rating has_review open_graph_story rating recommendation_type review_text reviewer"
)
USER = _names("id name first_name last_name email link locale short_name")
LOCATION = _names(
    "city city_id country country_code latitude located_in longitude name region region_id state street zip"
)
